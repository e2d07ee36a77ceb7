package dev.fairlead.cli;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** A program of the name that backup-service's own has. */
final class RecoveryStandIn {

  static final String MAIN = "dev.fairlead.backup.recovery.Recovery";

  private RecoveryStandIn() {}

  /** The class whose {@code main} copies this file of the working folder to its output. */
  static byte[] printing(String file) {
    ClassDesc path = ClassDesc.of("java.nio.file.Path");
    ClassDesc files = ClassDesc.of("java.nio.file.Files");
    ClassDesc system = ClassDesc.of("java.lang.System");
    ClassDesc stream = ClassDesc.of("java.io.PrintStream");
    return ClassFile.of()
        .build(
            ClassDesc.of(MAIN),
            type ->
                type.withMethodBody(
                    "main",
                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String.arrayType()),
                    ACC_PUBLIC | ACC_STATIC,
                    code ->
                        code.getstatic(system, "out", stream)
                            .ldc(file)
                            .iconst_0()
                            .anewarray(ConstantDescs.CD_String)
                            .invokestatic(
                                path,
                                "of",
                                MethodTypeDesc.of(
                                    path,
                                    ConstantDescs.CD_String,
                                    ConstantDescs.CD_String.arrayType()),
                                true)
                            .invokestatic(
                                files,
                                "readString",
                                MethodTypeDesc.of(ConstantDescs.CD_String, path))
                            .invokevirtual(
                                stream,
                                "print",
                                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
                            .return_()));
  }
}
